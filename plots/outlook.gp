# outlook.gp — each channel's time until it is dry, as foreseen, against what
# happened: the time until payouts really waited for quota, and while they did.

most = 12 # hours; a channel that will last for longer is at the top
cap(h) = h < most ? h : most
set multiplot layout 2,1
do for [channel in "unionpay netsunion"] {
    set label 1 (channel eq "unionpay" ? text_unionpay : text_netsunion) at graph 0.0,1.06 left textcolor rgb "#111111"
    set ylabel text_hours
    set yrange [-0.4:most + 0.4]
    set ytics 0,3
    plot outlook using (timecolumn(1, time_format)):(cap(column(channel.".hours"))) \
             with steps linestyle 1 title text_foreseen_dry, \
         shortages using (timecolumn(1, time_format)):(column(channel.".until")) \
             with lines linestyle 20 title text_until_dry, \
         "" using (timecolumn(1, time_format)):(column(channel.".short")) \
             with linespoints linecolor rgb "#d1495b" linewidth 5 pointtype 7 pointsize 0.5 title text_short
}
unset multiplot
