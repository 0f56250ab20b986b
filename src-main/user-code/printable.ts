/** Control characters but tab, made visible, so that binary output neither steers a terminal nor hides text. */
export function printable(line: string): string {
  return line.replace(/(?!\t)\p{Cc}/gu, character => {
    const code = character.charCodeAt(0)
    return code === 0x1b ? '␛' : `\\x${code.toString(16).padStart(2, '0')}`
  })
}
