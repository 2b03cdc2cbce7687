"""Clients: processes that do slices of cycles when they are told, and wait in between."""

import random
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from bench.measure import WARM_UP_CYCLES, Slice, Stopwatch, Subject, run_slice, together

# Fork: a client inherits the loaded application, and opens its own connections.
CONTEXT = get_context("fork")


class ClientFailed(RuntimeError):
    """A client ended with the error in the message."""


@dataclass(frozen=True, slots=True)
class Client:
    """One process with its end of the pipe."""

    process: object
    pipe: Connection


class Contestant:
    """What is measured under one name: as many clients as asked for, on one database."""

    def __init__(self, name: str, open_subject: Callable[[], Subject], *, clients: int) -> None:
        self.name = name
        self._clients = [_start(open_subject, seed) for seed in range(clients)]
        for client in self._clients:
            _receive(client)

    def slice(self, seconds: float) -> Slice:
        """Have all clients work side by side for so many *seconds*.

        :raises ClientFailed: one could not.
        """
        for client in self._clients:
            client.pipe.send(seconds)
        return together([_receive(client) for client in self._clients])

    def close(self) -> None:
        """Send the clients home."""
        for client in self._clients:
            client.pipe.close()


def _start(open_subject: Callable[[], Subject], seed: int) -> Client:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_serve, args=(theirs, ours, open_subject, seed), daemon=True)
    process.start()
    theirs.close()
    return Client(process, ours)


def _serve(pipe: Connection, parents_end: Connection, open_subject: Callable[[], Subject], seed: int) -> None:
    """Do slices until the parent closes the pipe; an error goes to the parent as text."""
    parents_end.close()
    chance = random.Random(seed)
    try:
        subject = open_subject()
        for _ in range(WARM_UP_CYCLES):
            subject.cycle(Stopwatch(), chance)
        pipe.send(None)
        while True:
            pipe.send(run_slice(subject, seconds=pipe.recv(), chance=chance))
    except EOFError:
        subject.close()
    except Exception:
        pipe.send(ClientFailed(traceback.format_exc()))
        raise


def _receive(client: Client) -> Slice:
    answer = client.pipe.recv()
    if isinstance(answer, ClientFailed):
        raise answer
    return answer  # type: ignore[no-any-return]


def take_turns(contestants: Sequence[Contestant], *, rounds: int, seconds: float) -> dict[str, list[Slice]]:
    """Return each contestant's slices, one a round; each round starts with another one."""
    slices: dict[str, list[Slice]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        first = number % len(contestants)
        for contestant in [*contestants[first:], *contestants[:first]]:
            slices[contestant.name].append(contestant.slice(seconds))
    return slices
