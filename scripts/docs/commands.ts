import { commandsIn, type Document, type Problem } from './document.ts'

const RUNNABLE = new Set(['sh', 'sql'])

/** Commands that no test runs, and that do not say why. `tried` tells whether a test runs one. */
export function untried({ path, blocks }: Document, tried: (command: string) => boolean): Problem[] {
  return blocks
    .filter(({ language, notRun }) => RUNNABLE.has(language) && notRun === null)
    .flatMap(block => {
      const commands = block.language === 'sql' ? [block.text.trim()] : commandsIn(block)
      return commands.flatMap(command =>
        tried(command)
          ? []
          : [
              {
                path,
                line: block.line,
                say: `no test runs \`${command.split('\n')[0]}\`; add it to test/docs/tried.ts, or say why in <!-- not run: … -->`,
              },
            ],
      )
    })
}
