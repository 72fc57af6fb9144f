import { type Act, browse } from '../story.ts'

export const customerFollowsTheLink: Act = {
  title: 'The customer follows the pay link',
  waitFor: 'the checkout page',
  async begin(story) {
    const answer = await browse(story, story.payLink, 'sends them on to the open checkout')
    story.checkoutUrl = answer.headers.get('location') ?? ''
    await browse(story, story.checkoutUrl, '')
  },
  isOver: ({ checkoutUrl, stage }) => checkoutUrl.startsWith(`${stage.dodoUrl}/session/`),
}
