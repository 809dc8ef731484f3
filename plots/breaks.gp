# breaks.gp — breaks that stand: stacked by type above, by age below, to the end
# of the run; a dotted line where the load ends.

ages = "under_1_day under_3_days under_7_days over_7_days"
array age_title[4] = [text_under_1_day, text_under_3_days, text_under_7_days, text_over_7_days]
type_colours = "#d1495b #1b6ca8 #edae49 #2e933c #6a4c93 #00798c #8a5a44 #8d99ae"
age_colours = "#cfe3f1 #f6dfb0 #edae49 #b3261e"
stacked(words, n) = sum [k = 1:n] column(word(words, k))
set xrange [span_from:run_to]
run_days = (strptime(time_format, run_to) - strptime(time_format, span_from)) / 86400
set format x (run_days > 60 ? "%Y-%m" : run_days > 2 ? "%m-%d" : "%H:%M")
set arrow 1 from span_to, graph 0 to span_to, graph 1 nohead \
    linecolor rgb "#444444" linewidth 1.2 dashtype 3 front
set ylabel text_breaks
set yrange [0:4<*]
set multiplot layout 2,1
plot for [i = words(break_types):1:-1] open_breaks \
         using (timecolumn(1, time_format)):(stacked(break_types, i)) with filledcurves y1=0 \
         linecolor rgb word(type_colours, i) title break_title[i]
plot for [i = 4:1:-1] open_breaks \
         using (timecolumn(1, time_format)):(stacked(ages, i)) with filledcurves y1=0 \
         linecolor rgb word(age_colours, i) title age_title[i]
unset multiplot
