"""Where Hydra looks for plugins: `hydra/sweeper: tunewright`."""

import inspect

from hydra.core.config_store import ConfigStore

from tunewright import hydra as sweeper


class TunewrightSweeper(sweeper.TunewrightSweeper):
    """Hydra takes a plugin from this package alone."""


_options = {name: one.default for name, one in inspect.signature(sweeper.TunewrightSweeper).parameters.items()}

ConfigStore.instance().store(
    group="hydra/sweeper",
    name="tunewright",
    provider="tunewright",
    node={"_target_": "hydra_plugins.tunewright_sweeper.TunewrightSweeper", **_options, "space": {}},
)
