# quota.gp — each channel's mapped quota, what is available of it, what the
# treasury believes; faults shaded.

set multiplot layout 2,1
do for [channel in "unionpay netsunion"] {
    set label 1 (channel eq "unionpay" ? text_unionpay : text_netsunion) at graph 0.0,1.06 left textcolor rgb "#111111"
    set ylabel unit_name
    set yrange [0:1<*]
    plot positions using (timecolumn(1, time_format)):(column(channel.".available") / unit) \
             with filledcurves y1=0 linecolor rgb "#cfe3f1" title text_available, \
         "" using (timecolumn(1, time_format)):(column(channel.".mapped") / unit) \
             with steps linestyle 20 title text_mapped, \
         "" using (timecolumn(1, time_format)):(column(channel.".believed") / unit) \
             with lines linestyle 1 linewidth 1.2 title text_believed
}
unset multiplot
