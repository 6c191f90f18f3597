"""RMSprop as TensorFlow 2.9 computed it in 2022: the gradient is divided by sqrt(v) + epsilon.

Keras 3 divides by sqrt(v + epsilon). The two differ where gradients are small: with v = 0 the steps are 3,162 times as
long in 2022 (1 / 1e-7 against 1 / sqrt(1e-7)).
"""

from __future__ import annotations

from affect_store.models.backend import keras, tf
from affect_store.models.networks.layers import register_layer


@register_layer
class RMSprop2022(keras.optimizers.RMSprop):  # type: ignore[misc]  # Keras has no types
    """RMSprop without momentum and without centering: v = rho v + (1 - rho) g^2; w -= rate g / (sqrt(v) + epsilon).

    Source: `OptimizerV2` of Keras 2.9, `optimizers/optimizer_v2/rmsprop.py`, `_resource_apply_dense`.
    """

    def update_step(self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor) -> None:
        """Update one weight and its velocity."""
        ops = keras.ops
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        velocity = self._velocities[self._get_variable_index(variable)]
        self.assign(velocity, self.rho * velocity + (1.0 - self.rho) * ops.square(gradient))
        self.assign_sub(variable, rate * gradient / (ops.sqrt(velocity) + self.epsilon))
