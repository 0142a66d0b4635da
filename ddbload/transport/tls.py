"""The TLS of the wire: verified always, with the authorities that botocore would trust."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from ddbload.errors import TargetError


def tls_context() -> ssl.SSLContext:
    """A context that verifies certificate and host name.

    Authorities: the file or folder of AWS_CA_BUNDLE; else the system's (OpenSSL lets SSL_CERT_FILE and SSL_CERT_DIR
    override them); else, where the system has none, those that botocore brings. Raises `TargetError` for a bundle that
    cannot be read.
    """
    named = os.environ.get("AWS_CA_BUNDLE")
    try:
        if named:
            folder = Path(named).is_dir()
            context = ssl.create_default_context(cafile=None if folder else named, capath=named if folder else None)
        else:
            context = ssl.create_default_context()
            places: tuple[str | None, ...] = ssl.get_default_verify_paths()[:2]
            if not any(places) and not context.get_ca_certs():
                import botocore  # noqa: PLC0415 - only where the system has no authorities

                context.load_verify_locations(Path(botocore.__file__).parent / "cacert.pem")
    except OSError as error:
        raise TargetError(f"AWS_CA_BUNDLE={named}: cannot be used as a bundle of certificates: {error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
