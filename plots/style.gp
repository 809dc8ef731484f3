# style.gp — what all plots share.  The program says before this: output,
# positions, waits, transfers, outlook and shortages (files), name, span_from and span_to (times), unit and
# unit_name (what amounts are divided by), businesses (their ids, a list of
# words), text_... (the words of sim/texts.h in the language chosen; none stands
# in a script).  The fault windows follow, as shaded objects.

set terminal svg size width,height dynamic noenhanced background "#ffffff" \
    font "Helvetica,Arial,DejaVu Sans,WenQuanYi Micro Hei,13"
set encoding utf8
set output output
set datafile separator comma
set datafile columnheaders
time_format = "%Y-%m-%dT%H:%M:%S+08:00"
set xdata time
set timefmt time_format
set xrange [span_from:span_to]
set format x (days > 60 ? "%Y-%m" : days > 2 ? "%m-%d" : "%H:%M")
set style line 1 linecolor rgb "#1b6ca8" linewidth 2
set style line 2 linecolor rgb "#d1495b" linewidth 2
set style line 3 linecolor rgb "#2e933c" linewidth 2
set style line 4 linecolor rgb "#edae49" linewidth 2
set style line 5 linecolor rgb "#6a4c93" linewidth 2
set style line 6 linecolor rgb "#00798c" linewidth 2
set style line 7 linecolor rgb "#8a5a44" linewidth 2
set style line 8 linecolor rgb "#444444" linewidth 2
set style line 20 linecolor rgb "#8d99ae" linewidth 2 dashtype 2
set style line 30 linecolor rgb "#e3e6ea" linewidth 1
set grid xtics ytics back linestyle 30
set border 3 linecolor rgb "#888888"
set tics nomirror textcolor rgb "#333333"
set key above right horizontal samplen 2 textcolor rgb "#333333"
set lmargin 12
set rmargin 3
