# breakers.gp — when a key of each breaker was open, and when half open.
# The unseen point in each row keeps the rows where they are.

unset ylabel
set yrange [0.4:words(breaker_ids) + 0.6]
set ytics () nomirror
do for [i=1:words(breaker_ids)] {
    set ytics add (word(breaker_ids, i) i)
}
row(state) = strcol("state") eq state ? column("row") : NaN
plot breakers using (timecolumn(4, time_format)):(row("open")):(column("seconds")):(0) \
         with vectors nohead linecolor rgb "#d1495b" linewidth 9 title text_breaker_open, \
     "" using (timecolumn(4, time_format)):(row("half_open")):(column("seconds")):(0) \
         with vectors nohead linecolor rgb "#edae49" linewidth 9 title text_breaker_half_open
