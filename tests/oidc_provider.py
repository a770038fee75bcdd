"""A real identity provider in a process of its own: django-oauth-toolkit, on a free port.

``python -m tests.oidc_provider FOLDER REDIRECT_URI`` prints where it answers, as JSON. Its people
sign in by the form of Django; a POST to ``/rotate/`` gives it a new key.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PASSWORD, CLIENT, SECRET = "correct horse", "minutebook", "client secret & more"  # of a test
PEOPLE: dict[str, list[str]] = {
    "anna": ["reporters", "editors"],
    "piotr": ["reporters"],
    "guest": ["interns"],
    "nobody": [],
}
"""Who has an account, and the groups they are in."""
LOGIN_FORM = """<form method="post">{% csrf_token %}{{ form.as_p }}<button>Log in</button></form>"""


@dataclass(frozen=True)
class RunningProvider:
    issuer: str
    origin: str


@contextmanager
def run_provider(folder: Path, redirect_uri: str) -> Iterator[RunningProvider]:
    """Start the provider, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.oidc_provider", folder, redirect_uri],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OAUTHLIB_INSECURE_TRANSPORT": "1"},  # loopback
    )
    assert process.stdout
    try:
        yield RunningProvider(**json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait(20)


def make_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def configure_django(folder: Path, origin: str) -> None:
    from django.conf import settings

    settings.configure(
        SECRET_KEY=os.urandom(16).hex(),
        DEBUG=False,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.db"}
        },
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"registration/login.html": LOGIN_FORM},
                        )
                    ],
                    "context_processors": ["django.template.context_processors.request"],
                },
            }
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        LOGIN_URL="/login/",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": f"{origin}/o",
            "OIDC_RSA_PRIVATE_KEY": make_private_key(),
            "PKCE_REQUIRED": True,
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
            "SCOPES": {"openid": "who you are"},
            "OAUTH2_VALIDATOR_CLASS": "tests.oidc_claims.ClaimsOfGroups",
        },
    )


def fill_database(redirect_uri: str) -> None:
    from django.apps import apps
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    apps.get_model("oauth2_provider", "Application").objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=redirect_uri,
        algorithm="RS256",
        skip_authorization=True,
    )
    for name, groups in PEOPLE.items():
        person = User.objects.create_user(name, password=PASSWORD)
        person.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])


def rotate(request: Any) -> Any:
    """Sign with a new key from now on."""
    from django.conf import settings
    from django.http import HttpResponse
    from oauth2_provider.settings import oauth2_settings

    settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"] = make_private_key()
    oauth2_settings.reload()
    return HttpResponse("rotated")


def main(folder: str, redirect_uri: str) -> None:
    import django
    import uvicorn
    from django.core.wsgi import get_wsgi_application

    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    configure_django(Path(folder), origin)
    django.setup()
    fill_database(redirect_uri)
    _add_routes()
    config = uvicorn.Config(get_wsgi_application(), interface="wsgi", log_level="warning")
    print(json.dumps({"issuer": f"{origin}/o", "origin": origin}), flush=True)
    uvicorn.Server(config).run([listener])


urlpatterns: list[Any] = []


def _add_routes() -> None:
    from django.contrib.auth.views import LoginView
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    urlpatterns.extend(
        [
            path("login/", LoginView.as_view()),
            path("rotate/", csrf_exempt(rotate)),
            path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
        ]
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
