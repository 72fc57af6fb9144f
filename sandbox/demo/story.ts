import type { Stage } from './stage.ts'
import type { States } from './states.ts'
import type { Traffic } from './traffic.ts'

/** What the acts share, and what each leaves to the next. */
export type Story = {
  stage: Stage
  traffic: Traffic
  /** The invoice that is followed. */
  invoiceId: string
  payLink: string
  checkoutUrl: string
  /** Where all three stood after the last act. */
  states: States | null
}

/** One act. To add a chapter to the demo, write one of these and put it into the list in `acts/index.ts`. */
export type Act = {
  title: string
  /** What has to come about, as it is told while it is waited for. */
  waitFor: string
  /** What people and the world do. */
  begin(story: Story): Promise<void> | void
  /** Whether it has come about. */
  isOver(story: Story, states: States): Promise<boolean> | boolean
}

/** Sends what a customer's browser would send, and tells it. Redirects are not followed. */
export async function browse(
  { traffic, stage }: Story,
  url: string,
  note: string,
  form?: Record<string, string>,
): Promise<Response> {
  const method = form ? 'POST' : 'GET'
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    ...(form && { body: new URLSearchParams(form) }),
  })
  if (url.startsWith(stage.bridgeUrl)) {
    const path = new URL(url).pathname
    traffic.add({ from: 'customer', to: 'bridge', method, path, status: response.status, note })
  }
  return response
}
