import type { Environment } from './lookup.ts'
import type { Problem } from './problem.ts'

/** Names an operator may expect to work. Silence would let them believe that mandates are charged. */
const NOT_OFFERED = ['AUTO_CHARGE', 'DODO_MANDATE_PRODUCTS']

/** A problem for each setting that asks for something this version cannot do. */
export function checkNotOffered(env: Environment): Problem[] {
  return NOT_OFFERED.filter(name => !['', 'off', undefined].includes(env[name]?.trim())).map(name => ({
    setting: name,
    problem: 'asks for what this version does not have: it stores no mandates and charges none',
    rule: 'unset or `off`',
    where: 'remove the variable; invoices are collected by pay links',
  }))
}
