# acs.gp — the custody account: its balance, and the part no channel has.

set ylabel unit_name
set yrange [0:1<*]
plot positions using (timecolumn(1, time_format)):(column("acs.balance") / unit) \
         with lines linestyle 1 title text_acs, \
     "" using (timecolumn(1, time_format)):(column("acs.unallocated") / unit) \
         with filledcurves y1=0 linecolor rgb "#f6dfb0" title text_unallocated
