"""Trains a small forest, and records it with inputs and scikit-learn's own probabilities of them (router.json, router.truth.json).

Needs scikit-learn (of Debian: python3-sklearn). Run in this folder: python3 make_truth.py
"""
import json

import numpy
from sklearn.ensemble import RandomForestClassifier


def export_forest(forest, path):
    """Writes a RandomForestClassifier as ModelGen reads it."""
    trees = [estimator.tree_ for estimator in forest.estimators_]
    content = {
        "version": 1,
        "features": int(forest.n_features_in_),
        "classes": [int(label) for label in forest.classes_],
        "trees": [{
            "feature": tree.feature.tolist(),
            "threshold": tree.threshold.tolist(),
            "left": tree.children_left.tolist(),
            "right": tree.children_right.tolist(),
            "value": [value if left < 0 else [] for left, value in zip(tree.children_left, tree.value[:, 0, :].tolist())],
        } for tree in trees],
    }
    with open(path, "w") as file:
        json.dump(content, file)


def make_data(random, count, features):
    """Embeddings, and which of four classes each is of. Many values are of a coarse grid, so that inputs meet thresholds exactly."""
    inputs = random.standard_normal((count, features)).astype(numpy.float32)
    inputs[:, ::2] = numpy.round(inputs[:, ::2] * 4) / 4
    score = inputs[:, 0] + inputs[:, 1] * inputs[:, 2] - 0.5 * inputs[:, 5] + 0.3 * random.standard_normal(count)
    return inputs, numpy.digitize(score, [-0.8, 0.1, 0.9])


def main():
    random = numpy.random.default_rng(7)
    inputs, labels = make_data(random, 300, 12)
    forest = RandomForestClassifier(n_estimators=9, max_depth=7, random_state=5).fit(inputs, labels)
    export_forest(forest, "router.json")

    asked, _ = make_data(random, 40, 12)
    # Inputs on thresholds and right beside them, where rounding would tell.
    for row, estimator in enumerate(forest.estimators_):
        node = numpy.flatnonzero(estimator.tree_.children_left >= 0)[row % 3]
        feature, threshold = estimator.tree_.feature[node], numpy.float32(estimator.tree_.threshold[node])
        asked[3 * row, feature] = threshold
        asked[3 * row + 1, feature] = numpy.nextafter(threshold, numpy.float32(numpy.inf))
        asked[3 * row + 2, feature] = numpy.nextafter(threshold, numpy.float32(-numpy.inf))
    truth = {
        "inputs": [[float(number) for number in row] for row in asked],
        "probabilities": forest.predict_proba(asked).tolist(),
        "predictions": forest.predict(asked).tolist(),
    }
    with open("router.truth.json", "w") as file:
        json.dump(truth, file)


if __name__ == "__main__":
    main()
