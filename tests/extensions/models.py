"""Two models of the user's own: a forest over deltas and the mouth, and a small network over deltas."""

from sklearn.ensemble import RandomForestClassifier

from affect_store import model


@model(inputs=("aligned", "mouth"), title="My forest")
def my_forest():
    """Random forest over the deltas and the mouth."""
    return RandomForestClassifier(100)


@model(inputs=("aligned",), epochs=5)
def my_network(shapes, classes):
    """One hidden layer over the deltas."""
    import keras

    deltas = keras.Input(shapes["aligned"])
    hidden = keras.layers.Dense(32, activation="relu")(keras.layers.BatchNormalization()(deltas))
    return keras.Model(deltas, keras.layers.Dense(classes, activation="softmax")(hidden))
