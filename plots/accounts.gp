# accounts.gp — every account's money, stacked by place, with the ends of
# transfers marked above; below, the money under way between accounts.

set multiplot
set size 1,0.66
set origin 0,0.34
set ylabel unit_name
set yrange [0:1<*]
set y2range [0:1]
unset y2tics
stacked(n) = sum [k = 1:n] column(word(accounts, k))
colours = "#1b6ca8 #edae49 #2e933c #d1495b #6a4c93 #00798c #8a5a44 #8d99ae #9bc1bc #c06c84"
colour(n) = word(colours, (n - 1) % words(colours) + 1)
done(x) = strcol("outcome") eq "done" ? x : NaN
other(x) = strcol("outcome") eq "done" ? NaN : x
plot for [i = words(accounts):1:-1] positions \
         using (timecolumn(1, time_format)):(stacked(i) / unit) with filledcurves y1=0 \
         linecolor rgb colour(i) title word(account_titles, i), \
     for [i = 1:any_transfer] transfers using (timecolumn(1, time_format)):(done(0.985)) \
         axes x1y2 with points pointtype 11 pointsize 0.7 linecolor rgb "#111111" \
         title text_transfer_done, \
     for [i = 1:any_transfer_failed] transfers \
         using (timecolumn(1, time_format)):(other(0.985)) \
         axes x1y2 with points pointtype 2 pointsize 0.9 linecolor rgb "#b3261e" \
         title text_transfer_failed
set size 1,0.34
set origin 0,0
set ylabel unit_name
plot positions using (timecolumn(1, time_format)):(column("in_transit.amount") / unit) \
         with filledcurves y1=0 linecolor rgb "#cfe3f1" notitle, \
     "" using (timecolumn(1, time_format)):(column("in_transit.amount") / unit) \
         with steps linestyle 1 linewidth 1.2 title text_in_transit
unset multiplot
