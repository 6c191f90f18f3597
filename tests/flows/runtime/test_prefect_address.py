"""A Prefect server that does not answer is one sentence with its address and what to do."""

from types import SimpleNamespace

import pytest

from affect_store.flows.runtime import prefect_api
from affect_store.store.errors import StoreError

ADDRESS = "http://127.0.0.1:9/api"


@pytest.mark.parametrize("ask", [prefect_api.require_server, prefect_api.begin])
def test_every_command_asks_the_server_of_the_settings_first(ask: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SimpleNamespace(api=SimpleNamespace(url=ADDRESS))
    monkeypatch.setattr(prefect_api, "get_current_settings", lambda: settings)
    monkeypatch.setattr(prefect_api, "_failure_to_answer", lambda: OSError("refused"))
    with pytest.raises(StoreError, match=rf"answers at {ADDRESS}.*\(refused\): start it .* or correct the address"):
        ask()  # type: ignore[operator]
