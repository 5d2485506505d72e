"""Native XGBoost's side of the boosting benchmarks: trains, predicts and times as a JSON request says.

Usage: python3 native_xgboost.py REQUEST.json   (prints one JSON line per case)

A request names float32 column files (`.x`, column-major), label files (`.y`) and parameters; models and predictions
are written beside them. `repeat` trainings of each case are timed in this process after none, so that the caller can
take fresh-process and warm times.
"""

import json
import sys
import time

import numpy as np
import xgboost as xgb


def matrix(path, columns):
    return np.ascontiguousarray(np.fromfile(path, "<f4").reshape(columns, -1).T)


def run(case):
    columns = case["columns"]
    features = matrix(case["features"], columns)
    result = {"name": case["name"]}
    clock = time.process_time if case.get("clock") == "cpu" else time.perf_counter
    if "model" in case:
        booster = xgb.Booster(model_file=case["model"])
        booster.set_param({"nthread": 1})
    else:
        labels = np.fromfile(case["labels"], "<f4")
        weights = np.fromfile(case["weights"], "<f4") if case.get("weights") else None
        params = {"tree_method": "hist", "nthread": 1, **case["params"]}
        times = []
        for _ in range(case.get("repeat", 1)):
            start = clock()
            booster = xgb.train(params, xgb.DMatrix(features, labels, weight=weights, nthread=1), case["rounds"])
            times.append((clock() - start) * 1000)
        result["train"] = times
        if "save" in case:
            booster.save_model(case["save"])
    if "test" in case:
        test = matrix(case["test"], columns)
        times = []
        for _ in range(case.get("predictRepeat", 1)):
            start = clock()
            predictions = booster.inplace_predict(test)
            times.append((clock() - start) * 1000)
        result["predict"] = times
        predictions.astype("<f4").tofile(case["predictions"])
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        for case in json.load(file):
            run(case)
