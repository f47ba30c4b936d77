"""Names of headers do not care about case."""

from collections.abc import Mapping, MutableMapping


class CaseInsensitiveDict(MutableMapping):
    def __init__(self, data=None, **more):
        self._store = {}
        self.update({} if data is None else data, **more)

    def __setitem__(self, key, value):
        self._store[key.lower()] = (key, value)

    def __getitem__(self, key):
        return self._store[key.lower()][1]

    def __delitem__(self, key):
        del self._store[key.lower()]

    def __iter__(self):
        return (key for key, _ in self._store.values())

    def __len__(self):
        return len(self._store)

    def __eq__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        mine = {key.lower(): value for key, value in self.items()}
        return mine == {key.lower(): value for key, value in other.items()}

    def copy(self):
        return CaseInsensitiveDict(self.items())

    def __repr__(self):
        return str(dict(self.items()))
