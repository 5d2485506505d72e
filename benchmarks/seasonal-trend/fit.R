# Times R prophet on CSV files with the columns ds and y: Rscript fit.R REPEATS FILE...
# Prints one line per file: the median of REPEATS fits in seconds, after one fit that is not counted.
suppressMessages(library(prophet))
arguments <- commandArgs(trailingOnly = TRUE)
repeats <- as.integer(arguments[1])
for (file in arguments[-1]) {
  history <- read.csv(file)
  history$ds <- as.Date(history$ds)
  seconds <- numeric(0)
  for (i in 0:repeats) {
    started <- proc.time()[["elapsed"]]
    prophet(history, yearly.seasonality = TRUE, weekly.seasonality = TRUE, daily.seasonality = FALSE)
    if (i > 0) seconds <- c(seconds, proc.time()[["elapsed"]] - started)
  }
  cat(median(seconds), "\n")
}
