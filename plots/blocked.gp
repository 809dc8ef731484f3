# blocked.gp — what the payouts in the queue wait for, stacked.
# The unseen line at 1 gives a day on which nothing waited a scale, too.

set ylabel text_payouts
set yrange [0:*]
reasons = "quota channel breaker share hold turn"
colours = "#d1495b #1b6ca8 #6a4c93 #edae49 #2e933c #8d99ae"
array title_of[6] = [text_blocked_quota, text_blocked_channel, text_blocked_breaker, \
                     text_blocked_share, text_blocked_hold, text_blocked_turn]
# The sum of the first i columns; the tallest is drawn first, the others over it.
height(i) = sum [k=1:i] column("waiting.".word(reasons, k))
plot for [i=6:1:-1] positions \
         using (timecolumn(1, time_format)):(height(i)) with filledcurves y1=0 \
         linecolor rgb word(colours, i) title title_of[i], \
     1 with lines linecolor rgb "#ffffffff" notitle
