"""Trains the forest of samples/Router: labelled prompts in (JSON, one a line), router.json out. Needs scikit-learn.

    dotnet run -c Release --project samples/Router -- label < samples/Router/training/prompts.jsonl > labelled.jsonl
    python3 samples/Router/training/train.py labelled.jsonl samples/Router/router.json
"""
import json
import sys

import numpy
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict


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


def print_figures(probabilities, labels):
    """What routing gives prompts that the forest has not seen: how many are answered rightly, for shares that A answers."""
    a_is_right = numpy.isin(labels, (0, 2))
    b_is_right = numpy.isin(labels, (2, 3))
    probability_of_a = probabilities[:, :2].sum(axis=1)
    print(f"{len(labels)} prompts; A alone is right about {(labels == 0).sum()}, neither about {(labels == 1).sum()}, "
          f"both about {(labels == 2).sum()}, B alone about {(labels == 3).sum()}")
    print("share of A  threshold  right answers  expected by chance")
    for share in (0, 0.25, 0.5, 0.7, 0.85, 1):
        order = numpy.argsort(-probability_of_a, kind="stable")
        to_a = numpy.zeros(len(labels), bool)
        to_a[order[:round(share * len(labels))]] = True
        right = numpy.where(to_a, a_is_right, b_is_right).mean()
        chance = share * a_is_right.mean() + (1 - share) * b_is_right.mean()
        print(f"{share:10.0%}  {numpy.quantile(probability_of_a, 1 - share):9.2f}  {right:13.1%}  {chance:18.1%}")


def main():
    rows = [json.loads(line) for line in open(sys.argv[1])]
    embeddings = numpy.array([row["embedding"] for row in rows], numpy.float32)
    labels = numpy.array([row["label"] for row in rows])
    forest = RandomForestClassifier(n_estimators=50, max_depth=20, min_samples_leaf=4, random_state=1)
    folds = StratifiedKFold(n_splits=10, shuffle=True, random_state=1)
    print_figures(cross_val_predict(forest, embeddings, labels, cv=folds, method="predict_proba"), labels)
    export_forest(forest.fit(embeddings, labels), sys.argv[2])


if __name__ == "__main__":
    main()
