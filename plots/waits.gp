# waits.gp — how long payouts waited from request to payment, by when requested.

set ylabel "seconds"
set logscale y 10
set format y "%g"
plot waits using (timecolumn(1, time_format)):(column("p99_s")) \
         with lines linestyle 2 title "99 % within", \
     "" using (timecolumn(1, time_format)):(column("p90_s")) \
         with lines linestyle 4 title "90 % within", \
     "" using (timecolumn(1, time_format)):(column("p50_s")) \
         with lines linestyle 1 title "half within"
