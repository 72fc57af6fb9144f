/** The settings of a bridge, as a sandbox in a process of its own prints them when it is ready: by name. */
export async function printedSettings(output: ReadableStream<Uint8Array>): Promise<Record<string, string>> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true })
    if (/\n[A-Z_]+=\S+\n\n$/.test(text)) break
  }
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
}
