"""Calls that someone makes for someone else: a boss, or a response group."""

from __future__ import annotations

from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.scenarios.outbound import reached
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import Site

_AGENT_FOR_GROUP = 2


def for_boss(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """An assistant dials, the boss pays."""
    assistant = scene.assistant(site, at)
    if assistant is None:
        return []
    boss = scene.company.assistants[assistant.user_id]
    line = scene.line_for(boss, at)
    if line is None:
        return []
    return [reached(scene, "delegate", assistant, line, at, on_behalf=boss)]


def callback(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """An agent on duty rings a customer back."""
    agent = scene.agent(site, at)
    line = None if agent is None else scene.line_for(agent, at)
    if agent is None or line is None:
        return []
    return [reached(scene, "callback", agent, line, at)]


def for_group(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """An agent rings a customer under the number of the group."""
    agent = scene.agent(site, at)
    line = None if agent is None else scene.line_for(agent, at)
    if agent is None or line is None:
        return []
    services = scene.company.services[site.name]
    group = services.servicedesk if agent.department.name == "IT" else services.orders
    return [
        reached(scene, "agent for group", agent, line, at, on_behalf=group, flag=_AGENT_FOR_GROUP)
    ]
