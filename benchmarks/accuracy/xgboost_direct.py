"""Native XGBoost with the features that practitioners build, as a peer of the accuracy benchmark.

Usage: python3 xgboost_direct.py REQUEST.json   (writes the forecast beside the request, prints one JSON line)

One global model at a cutoff, direct from anchors: a row is a series, an anchor and a step. Features are means,
spreads and shares of zeros before the anchor, the same weekdays and the same days a year before, momentum of the
groups, the calendar, events by name, promotions and prices of the target. Two losses are tried on the last horizon
before the cutoff: squared errors of sales over the mean of the last 91 days, and Tweedie with the logarithm
of that mean as base margin; the better one is used, with 1.1 times the trees at which it stopped.
"""

import json
import os
import sys
import time

import numpy as np
import xgboost as xgb

PARAMS = {
    "tree_method": "hist",
    "nthread": 1,
    "eta": 0.05,
    "max_depth": 7,
    "min_child_weight": 20,
    "subsample": 0.8,
    "colsample_bytree": 0.6,
    "seed": 1,
}
LOSSES = ("squared", "tweedie")
MOST_TREES = 600
PATIENCE = 30
NO_EVENT = -1


class Window:
    """Prefix sums of the rows of a table: means of any span, of what is observed."""

    def __init__(self, values):
        self.values = values
        seen = ~np.isnan(values)
        known = np.where(seen, values, 0)
        start = np.zeros((len(values), 1))
        self.sums = np.hstack([start, np.cumsum(known, 1)])
        self.squares = np.hstack([start, np.cumsum(known * known, 1)])
        self.counts = np.hstack([start, np.cumsum(seen, 1)])
        self.zeros = np.hstack([start, np.cumsum(seen & (known == 0), 1)])

    def mean(self, start, end):
        start, end = max(0, start), max(0, end)
        with np.errstate(all="ignore"):
            return (self.sums[:, end] - self.sums[:, start]) / (self.counts[:, end] - self.counts[:, start])

    def mean_at(self, rows, start, end):
        start, end = np.maximum(0, start), np.maximum(0, end)
        with np.errstate(all="ignore"):
            return (self.sums[rows, end] - self.sums[rows, start]) / (self.counts[rows, end] - self.counts[rows, start])

    def deviation(self, start, end):
        start = max(0, start)
        with np.errstate(all="ignore"):
            count = self.counts[:, end] - self.counts[:, start]
            mean = (self.sums[:, end] - self.sums[:, start]) / count
            return np.sqrt(np.maximum(0, (self.squares[:, end] - self.squares[:, start]) / count - mean * mean))

    def zero_share(self, start, end):
        start = max(0, start)
        with np.errstate(all="ignore"):
            return (self.zeros[:, end] - self.zeros[:, start]) / (self.counts[:, end] - self.counts[:, start])


class Features:
    def __init__(self, request, folder):
        self.series, self.steps = request["series"], request["steps"]
        self.horizon, self.week, self.year = request["horizon"], request["week"], request["year"]
        days = request["stepDays"]
        shape = (self.series, self.steps)
        read = lambda name, kind: np.fromfile(os.path.join(folder, name), kind).reshape(shape)
        self.units = read(request["units"], "<f8")
        self.promo = read(request["promo"], "u1") if "promo" in request else None
        self.price = Window(read(request["price"], "<f4").astype(float)) if "price" in request else None
        self.own = Window(self.units)
        self.quarter, self.month = 91 // days, 28 // days
        dates = np.datetime64("1970-01-01") + request["startDay"] + np.arange(self.steps) * days
        self.calendar = [
            (dates.astype(int) + 3) % 7,
            (dates - dates.astype("datetime64[M]")).astype(int),
            dates.astype("datetime64[M]").astype(int) % 12,
            (dates - dates.astype("datetime64[Y]")).astype(int),
        ]
        self.set_events(request["events"])
        self.codes = [np.array(group) for group in request["groups"]]
        self.groups = []
        for codes in [*self.codes, np.zeros(self.series, int)]:
            sums = np.zeros((codes.max() + 1, self.steps))
            np.add.at(sums, codes, np.nan_to_num(self.units))
            self.groups.append((codes, Window(sums)))
        self.last_sale = np.maximum.accumulate(np.where(self.units > 0, np.arange(self.steps), -1), 1)
        self.first = np.argmax(self.units > 0, 1)

    def set_events(self, events):
        self.event = np.full(self.steps, NO_EVENT)
        names = sorted({event["name"] for event in events})
        for event in events:
            if 0 <= event["step"] < self.steps:
                self.event[event["step"]] = names.index(event["name"])
        days = np.arange(self.steps)
        held = self.event != NO_EVENT
        self.since = days - np.maximum.accumulate(np.where(held, days, -60))
        self.until = np.minimum.accumulate(np.where(held, days, self.steps + 60)[::-1])[::-1] - days
        self.until_name = np.array([self.event[min(self.steps - 1, d + n)] if n < 60 else NO_EVENT for d, n in zip(days, self.until)])

    def level(self, end):
        level = self.own.mean(end - self.quarter, end)
        year = self.own.mean(end - self.year, end)
        return np.where(level > 0, level, year)

    def rows(self, end, series, step):
        """Features of targets `step` steps after an anchor with `end` known steps."""
        own, week, year, month, quarter = self.own, self.week, self.year, self.month, self.quarter
        level = self.level(end)
        with np.errstate(all="ignore"):
            of_series = [
                *(own.mean(end - n, end) / level for n in (week, 2 * week, month, quarter, 2 * quarter, year)),
                *(own.deviation(end - n, end) / level for n in (month, quarter)),
                *(own.zero_share(end - n, end) for n in (month, quarter)),
                *(own.mean(end - n, end) / own.mean(end - n - year, end - year) for n in (month, quarter)),
                end - 1 - self.last_sale[:, end - 1],
                np.minimum(2 * year, end - self.first),
                np.log(level),
                self.units[:, end - 1] / level,
                *(codes for codes in self.codes),
            ]
            for codes, group in self.groups:
                of_group = [
                    group.mean(end - week, end) / group.mean(end - month, end),
                    group.mean(end - month, end) / group.mean(end - quarter, end),
                    group.mean(end - month, end) / group.mean(end - month - year, end - year),
                ]
                of_series.extend(values[codes] for values in of_group)
            columns = [np.broadcast_to(values, (self.series,))[series] for values in of_series]
            target = end - 1 + step
            same = (step - 1) % week
            for weeks in (1, 4, 8, 13):
                profile = np.nanmean(self.units[:, max(0, end - weeks * week) : end].reshape(self.series, -1, week), 1)
                columns.append(profile[series, same] / level[series])
            back = target - year
            columns.append(np.where(back >= 0, self.units[series, np.maximum(0, back)], np.nan) / level[series])
            half = week // 2
            around = own.mean_at(series, back - half, np.minimum(end, back + half + 1))
            columns.append(around / level[series])
            columns.append(around / own.mean_at(series, np.full_like(back, end - year - month), np.full_like(back, end - year)))
            for codes, group in self.groups:
                of = codes[series]
                start = group.mean(end - year - month, end - year)[of]
                profile = group.values[:, max(0, end - 8 * week) : end].reshape(len(group.values), -1, week).mean(1)
                columns.append(profile[of, same] / profile.mean(1)[of])
                columns.append(group.mean_at(of, back - half, np.minimum(end, back + half + 1)) / start)
                columns.append(np.where(back >= 0, group.values[of, np.maximum(0, back)], np.nan) / start)
            columns.append(step)
            columns.extend(column[target] for column in self.calendar)
            columns.extend([self.event[target], self.since[target], self.until[target], self.until_name[target]])
            if self.promo is not None:
                columns.append(self.promo[series, target])
                columns.append(self.promo[:, max(0, end - month) : end].mean(1)[series])
            if self.price is not None:
                price = self.price.values[series, target]
                columns.extend([price / self.price.mean(end - n, end)[series] for n in (month, year)])
                columns.append(price / self.price.values[:, end - 1][series])
        table = np.column_stack(columns).astype("f4")
        table[~np.isfinite(table)] = np.nan
        return table, level[series]

    def training_rows(self, before, lookback, most, rng):
        """Rows whose targets lie before a step, sampled, with their labels and levels."""
        ends = range(before - self.week, max(self.week * 14, before - lookback), -self.week)
        possible = sum(min(self.horizon, before - end) for end in ends) * self.series
        share = min(1, most / possible)
        tables, labels, levels = [], [], []
        for end in ends:
            steps = min(self.horizon, before - end)
            series, step = np.divmod(np.arange(self.series * steps), steps)
            step += 1
            known = ~np.isnan(self.units[series, end - 1 + step]) & (self.first[series] < end)
            known &= (self.level(end) > 0)[series] & (rng.random(len(series)) < share)
            table, level = self.rows(end, series[known], step[known])
            tables.append(table)
            labels.append(self.units[series[known], end - 1 + step[known]])
            levels.append(level)
        return np.vstack(tables), np.concatenate(labels), np.concatenate(levels)

    def target_rows(self, end):
        series, step = np.divmod(np.arange(self.series * self.horizon), self.horizon)
        live = np.nan_to_num(self.level(end))[series] > 0
        table, level = self.rows(end, series[live], step[live] + 1)
        return live, table, level


def matrix(loss, table, level, labels=None):
    if loss == "tweedie":
        data = xgb.DMatrix(table, None if labels is None else np.maximum(0, labels), nthread=1)
        data.set_base_margin(np.log(level))
        return data
    return xgb.DMatrix(table, None if labels is None else labels / level, weight=None if labels is None else level, nthread=1)


def params_of(loss):
    if loss == "tweedie":
        return {**PARAMS, "objective": "reg:tweedie", "tweedie_variance_power": 1.1, "eval_metric": "rmse"}
    return {**PARAMS, "objective": "reg:squarederror", "base_score": 1, "eval_metric": "rmse"}


def forecast(loss, booster, table, level):
    values = booster.predict(matrix(loss, table, level))
    return np.maximum(0, values if loss == "tweedie" else values * level)


def tune(features, cutoff, lookback, most, rng):
    """The better loss on the last horizon before a cutoff, and its trees."""
    end = cutoff + 1 - features.horizon
    training = features.training_rows(end, lookback, most, rng)
    live, table, level = features.target_rows(end)
    actual = features.units[:, end : cutoff + 1].ravel()
    seen = ~np.isnan(actual[live])
    best = None
    for loss in LOSSES:
        train = matrix(loss, training[0], training[2], training[1])
        check = matrix(loss, table[seen], level[seen], actual[live][seen])
        booster = xgb.train(params_of(loss), train, MOST_TREES, evals=[(check, "check")], early_stopping_rounds=PATIENCE, verbose_eval=False)
        booster = booster[: booster.best_iteration + 1]
        error = np.abs(forecast(loss, booster, table[seen], level[seen]) - actual[live][seen]).sum()
        if best is None or error < best[0]:
            best = (error, loss, booster.num_boosted_rounds())
    return best[1], int(np.ceil(1.1 * best[2]))


def main(path):
    folder = os.path.dirname(path)
    with open(path, encoding="utf8") as file:
        request = json.load(file)
    features = Features(request, folder)
    lookback, most = request["lookback"], request["mostRows"]
    rng = np.random.default_rng(1)
    cutoff = request["cutoff"]
    loss, trees = tune(features, cutoff, lookback, most, rng)
    table, labels, level = features.training_rows(cutoff + 1, lookback, most, rng)
    booster = xgb.train(params_of(loss), matrix(loss, table, level, labels), trees)
    live, targets, target_level = features.target_rows(cutoff + 1)
    values = np.zeros(features.series * features.horizon)
    values[live] = forecast(loss, booster, targets, target_level)
    values.astype("<f8").tofile(os.path.join(folder, "forecast.f8"))
    print(json.dumps({"loss": loss, "trees": trees, "cpuSeconds": time.process_time()}))


if __name__ == "__main__":
    main(sys.argv[1])
