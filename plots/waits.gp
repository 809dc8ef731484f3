# waits.gp — how long payouts waited from request to payment, by when requested.
# Less than a millisecond counts as one; the unseen line at 1 gives a span in
# which nothing was paid a scale, too.

set ylabel text_seconds
set logscale y 10
set format y "%.10g"
set datafile missing NaN
shown(wait) = wait > 0.001 ? wait : wait <= 0.001 ? 0.001 : NaN
plot waits using (timecolumn(1, time_format)):(shown(column("p99_s"))) \
         with lines linestyle 2 title text_p99, \
     "" using (timecolumn(1, time_format)):(shown(column("p90_s"))) \
         with lines linestyle 4 title text_p90, \
     "" using (timecolumn(1, time_format)):(shown(column("p50_s"))) \
         with lines linestyle 1 title text_p50, \
     1 with lines linecolor rgb "#ffffffff" notitle
