// A relying party made of openid-client, driven line by line: a JSON command on stdin, a JSON answer on stdout.
import * as oidc from 'openid-client';
import { createInterface } from 'node:readline';

let config;
let pending;

const commands = {
  async discover({ issuer, clientId, secret }) {
    config = await oidc.discovery(new URL(issuer), clientId, undefined, secret ? oidc.ClientSecretBasic(secret) : oidc.None(), { execute: [oidc.allowInsecureRequests] });
    return config.serverMetadata();
  },
  async begin({ redirectUri, scope, more }) {
    pending = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri, scope, state: pending.expectedState, nonce: pending.expectedNonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.pkceCodeVerifier), code_challenge_method: 'S256', ...more,
    });
    return { url: url.href };
  },
  async finish({ callback }) {
    const tokens = await oidc.authorizationCodeGrant(config, new URL(callback), { ...pending, idTokenExpected: true });
    return { ...tokens, claims: tokens.claims() };
  },
  async userInfo({ accessToken, subject }) {
    return await oidc.fetchUserInfo(config, accessToken, subject);
  },
  async refresh({ refreshToken }) {
    return await oidc.refreshTokenGrant(config, refreshToken);
  },
  async clientCredentials({ scope }) {
    return await oidc.clientCredentialsGrant(config, { scope });
  },
  async introspect({ token }) {
    return await oidc.tokenIntrospection(config, token);
  },
  async revoke({ token }) {
    await oidc.tokenRevocation(config, token);
    return {};
  },
  async endSession({ idToken, redirectUri }) {
    return { url: oidc.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: redirectUri, state: 'bye' }).href };
  },
  verifier() {
    return { verifier: pending.pkceCodeVerifier };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { ok: await commands[command](rest) };
  } catch (error) {
    answer = { error: error.error ?? error.cause?.[0]?.parameters?.error ?? error.cause?.error ?? error.code ?? error.name, text: `${error.message} ${error.cause?.message ?? ''}`.trim() };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
