"""An OpenID provider that is honest, or cheats as its path says: `http://127.0.0.1:1234/wrong-nonce`."""

import time
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from browser.openid import SECRET

FAULTS = (
    "wrong-nonce", "no-nonce", "wrong-audience", "wrong-issuer", "other-metadata-issuer", "expired", "other-key",
    "unsigned", "signed-with-secret", "no-id-token", "no-subject", "wrong-state", "iss-of-another", "error", "no-code",
    "broken-json", "failing-token",
)  # fmt: skip


class OddProvider(Starlette):
    """Knows one person, who is always logged in there."""

    def __init__(self, url: str) -> None:
        super().__init__(
            routes=[
                Route("/{fault}/.well-known/openid-configuration", self.metadata),
                Route("/{fault}/authorize", self.authorize),
                Route("/{fault}/token", self.token, methods=["POST"]),
                Route("/{fault}/userinfo", self.userinfo),
                Route("/{fault}/jwks", self.jwks),
            ]
        )
        self._url = url
        self._key = RSAKey.generate_key(2048, {"kid": "1"}, private=True)
        self._other_key = RSAKey.generate_key(2048, {"kid": "1"}, private=True)
        self._nonces: dict[str, str] = {}

    async def metadata(self, request: Request) -> Response:
        fault = request.path_params["fault"]
        base = f"{self._url}/{fault}"
        return JSONResponse(
            {
                "issuer": "https://evil.example" if fault == "other-metadata-issuer" else base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/jwks",
                "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
            }
        )

    async def authorize(self, request: Request) -> Response:
        fault, asked = request.path_params["fault"], request.query_params
        code = f"code-{len(self._nonces)}"
        self._nonces[code] = asked["nonce"]
        said = {"code": code, "state": asked["state"]}
        match fault:
            case "wrong-state":
                said["state"] = "another"
            case "iss-of-another":
                said["iss"] = "https://evil.example"
            case "error":
                said = {"error": "access_denied", "state": asked["state"]}
            case "no-code":
                del said["code"]
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(said)}")

    async def token(self, request: Request) -> Response:
        fault = request.path_params["fault"]
        form = parse_qs((await request.body()).decode())
        if fault == "broken-json":
            return PlainTextResponse("<html>", media_type="application/json")
        if fault == "failing-token" or "code_verifier" not in form:
            return JSONResponse({"error": "server_error"}, 500)
        token = {"access_token": "a", "token_type": "Bearer", "expires_in": 3_600}
        if fault != "no-id-token":
            token["id_token"] = self._id_token(fault, self._nonces[form["code"][0]])
        return JSONResponse(token)

    async def userinfo(self, request: Request) -> Response:
        sub = "u-2" if request.path_params["fault"] == "other-userinfo" else "u-1"
        return JSONResponse({"sub": sub, "staff_number": "4711"})

    async def jwks(self, request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    def _id_token(self, fault: str, nonce: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": f"{self._url}/{fault}",
            "aud": "nicewen",
            "sub": "u-1",
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            "name": "Ada",
            "preferred_username": "local" if fault == "local" else "ada",
            "email": "ada@team.example",
            "email_verified": fault != "unverified",
        }
        match fault:
            case "wrong-nonce":
                claims["nonce"] = "another"
            case "no-nonce":
                del claims["nonce"]
            case "wrong-audience":
                claims["aud"] = "another"
            case "wrong-issuer" | "other-metadata-issuer":
                claims["iss"] = "https://evil.example"
            case "expired":
                claims["iat"] = claims["exp"] = now - 3_600
            case "no-subject":
                del claims["sub"]
        if fault == "unsigned":
            return jwt.encode({"alg": "none"}, claims, self._key, algorithms=["none"])
        if fault == "signed-with-secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
        key = self._other_key if fault == "other-key" else self._key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
