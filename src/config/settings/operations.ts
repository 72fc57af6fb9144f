import { baseAddress, webAddress } from '../kinds/address.ts'
import { choice } from '../kinds/scalar.ts'
import { secretTexts, signingKeys } from '../kinds/secret.ts'
import { setting } from '../setting.ts'

export const operationsSettings = {
  notifyUrl: setting({
    name: 'NOTIFY_URL',
    group: 'Notifications',
    kind: webAddress,
    defaultInWords: 'nothing is sent',
    also: 'https in live mode; needs `NOTIFY_KEY`',
    meaning:
      'Where it sends its own events: link ready, payment failed with the next attempt, parked, refunded',
    where: 'an endpoint of yours that verifies Standard Webhooks signatures',
  }),
  notifyKeys: setting({
    name: 'NOTIFY_KEY',
    group: 'Notifications',
    kind: signingKeys,
    secret: true,
    also: 'needs `NOTIFY_URL`; each event is signed with every key in the list',
    meaning: 'The keys its own events are signed with',
    where: '`echo "whsec_$(openssl rand -base64 32)"`; give the same value to the receiver',
  }),
  adminTokens: setting({
    name: 'ADMIN_TOKEN',
    group: 'Operators',
    kind: secretTexts(16),
    secret: true,
    defaultInWords: 'the console and the admin API are off',
    meaning: 'The tokens that open the console and the admin API',
    where: '`openssl rand -hex 32`',
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    group: 'Telemetry',
    kind: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    meaning: 'The least important line that is logged',
    where: 'your own choice',
  }),
  otlpEndpoint: setting({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    group: 'Telemetry',
    kind: baseAddress(),
    defaultInWords: 'no traces are sent',
    meaning: 'The OpenTelemetry collector that traces are sent to, by OTLP over HTTP',
    where: "your collector's address, such as http://localhost:4318",
  }),
}
