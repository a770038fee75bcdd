"""Routers of the interface, whose routes declare their scope and take each parameter once."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends

from api.access.route_scope import ScopedRoute
from api.http.query_params import refuse_repeated_params

interface_router = partial(
    APIRouter, route_class=ScopedRoute, dependencies=[Depends(refuse_repeated_params)]
)
