# The Alcove server in one image: `docker build -t alcove .`, or `docker compose up`.

FROM node:24-slim AS build
WORKDIR /alcove
ENV CI=true
RUN npm install --global pnpm@10
# First what the installation needs, so that a change of sources does not install again.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY sdk/package.json sdk/
COPY widget/package.json widget/
COPY server/package.json server/
COPY rehearse/package.json rehearse/
COPY bench/package.json bench/
COPY demo-site/package.json demo-site/
RUN pnpm install --frozen-lockfile
COPY tsconfig.base.json rollup.config.mjs ./
COPY scripts scripts
COPY sdk sdk
COPY widget widget
COPY server server
RUN node scripts/build.mjs
# The server with its production dependencies alone, as locked; the SDK comes along as a real package, not as a link.
RUN pnpm --config.inject-workspace-packages=true --filter @alcove/server deploy --prod /image

FROM node:24-slim
LABEL org.opencontainers.image.title="Alcove" \
      org.opencontainers.image.description="Drop-in realtime chat rooms for any website" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /alcove
COPY --from=build /image ./
RUN mkdir /data && chown node:node /data
# The user `node`, as a number: Kubernetes' runAsNonRoot cannot tell who a name is.
USER 1000:1000
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 ALCOVE_DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
