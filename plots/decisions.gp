# decisions.gp — attempts sent in each step by the reason why they went where they
# went.  A reason that never was has no line.

set ylabel text_attempts
set logscale y
set yrange [0.8:*]
plot for [i=1:words(decision_words)] decisions \
         using (timecolumn(1, time_format)):(column(word(decision_words, i)) > 0 ? \
                                             column(word(decision_words, i)) : NaN) \
         with linespoints linestyle i pointtype 7 pointsize 0.3 title decision_text[i]
