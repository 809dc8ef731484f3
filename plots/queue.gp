# queue.gp — payouts waiting in the queue, by business, and payouts in doubt.
# The unseen line at 1 gives a day on which nothing waited a scale, too.

set ylabel text_payouts
set yrange [0:*]
# A loop over nothing still runs once.
depth_of(i) = words(businesses) ? "queue.".word(businesses, i).".depth" : "queue.depth"
plot for [i=1:words(businesses)] positions \
         using (timecolumn(1, time_format)):(column(depth_of(i))) \
         with lines linestyle i title word(businesses, i), \
     "" using (timecolumn(1, time_format)):(column("in_doubt.count")) \
         with lines linestyle 20 title text_in_doubt, \
     1 with lines linecolor rgb "#ffffffff" notitle
