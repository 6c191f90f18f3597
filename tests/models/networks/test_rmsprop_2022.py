import numpy as np

from affect_store.models.backend import keras
from affect_store.models.networks.rmsprop_2022 import RMSprop2022

RATE, RHO, EPSILON = 0.1, 0.9, 1e-7
GRADIENTS = np.array([[1e-8, 0.5, -3.0], [2e-8, 0.0, 1.0], [-1e-8, 0.1, 2.0]])


def stepped(optimizer):
    variable = keras.Variable(np.zeros(GRADIENTS.shape[1], np.float32))
    optimizer.build([variable])
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient.astype(np.float32))])
    return np.asarray(variable)


def test_steps_are_those_of_2022():
    weights, velocity = np.zeros(GRADIENTS.shape[1]), np.zeros(GRADIENTS.shape[1])
    for gradient in GRADIENTS:
        velocity = RHO * velocity + (1 - RHO) * gradient**2
        weights -= RATE * gradient / (np.sqrt(velocity) + EPSILON)
    np.testing.assert_allclose(stepped(RMSprop2022(RATE)), weights, rtol=1e-5)
    today = stepped(keras.optimizers.RMSprop(RATE))
    np.testing.assert_allclose(today[1:], weights[1:], rtol=1e-4)
    assert abs(today[0]) < abs(weights[0]) / 100, "small gradients move a weight less today"


def test_a_saved_optimiser_is_the_same_when_it_is_loaded():
    optimizer = RMSprop2022(RATE, rho=0.8, epsilon=1e-6)
    loaded = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(loaded) is RMSprop2022 and loaded.get_config() == optimizer.get_config()
