# The service and its commands as one executable, with nothing beside it but the C library: no shell, no package
# manager, no JavaScript package. Build it from the root of the repository:
#   docker build -t lago-dodo-bridge .
FROM oven/bun:1.4.5 AS packages
WORKDIR /build
COPY package.json bun.lock bunfig.toml ./
COPY patches patches
# No package may run a script of its own here.
RUN bun install --frozen-lockfile --production --ignore-scripts

FROM packages AS build
COPY tsconfig.json LICENSE ./
COPY scripts/sbom.ts scripts/sbom.ts
COPY drizzle drizzle
COPY src src
RUN bun run build:binary && bun run --silent sbom > dist/sbom.cdx.json
# The root file system of the image: the executable, the libraries it names, and the record that scanners read them by.
RUN set -eu; root=/image; mkdir -p $root/app $root/etc $root/tmp $root/usr/share/doc $root/var/lib/dpkg/status.d; \
    cp -R dist/bridge dist/drizzle dist/sbom.cdx.json LICENSE $root/app/; \
    ldd dist/bridge | grep -o '/[^ ]*' | sort -u | xargs -I{} cp --parents --dereference {} $root; \
    dpkg-query --status libc6 > $root/var/lib/dpkg/status.d/libc6; \
    cp /etc/os-release $root/etc/os-release; \
    echo 'bridge:x:65532:65532:bridge:/tmp:/nonexistent' > $root/etc/passwd; \
    echo 'bridge:x:65532:' > $root/etc/group; \
    echo 'hosts: files dns' > $root/etc/nsswitch.conf; \
    chmod -R a+rX,go-w $root; chmod 1777 $root/tmp

# A fake Lago and a fake Dodo for trying things out. Never built unless it is asked for: --target sandbox
FROM packages AS sandbox
COPY tsconfig.json ./
COPY src src
COPY sandbox sandbox
USER 65532:65532
ENV SANDBOX_HOST=0.0.0.0
EXPOSE 4001 4002
CMD ["bun", "sandbox/main.ts"]

FROM scratch AS bridge
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=
LABEL org.opencontainers.image.title="lago-dodo-bridge" \
      org.opencontainers.image.description="Collects Lago invoices through Dodo Payments, exactly once, and tells Lago what came of it" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /image /
WORKDIR /app
# By number, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["/app/bridge", "healthcheck"]
ENTRYPOINT ["/app/bridge"]
