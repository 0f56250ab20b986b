import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import type { Translate } from '../../core/i18n/translate.ts'

/** A person sits at a terminal. */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY
}

/** Asks at the terminal. @returns whether the answer was yes */
export async function agrees(t: Translate, question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`${question} `)
  terminal.close()
  return t('cli.yesAnswers').split(' ').includes(answer.trim().toLowerCase())
}
