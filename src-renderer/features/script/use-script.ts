import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { HelpRun, ScriptProposal } from '../../../src-main/core/study/script-proposal.ts'
import type { CopiedKit, KitName } from '../../../src-main/features/script/common/kits.ts'
import { call } from '../../bridge/call.ts'
import { usePreferences } from '../../stores/preferences.ts'

/** A program with what would run of it. */
interface HelpQuestion {
  readonly path: string
  /** Whether it is a copy that the browser has sent. */
  readonly isCopy: boolean
  /** The subcommand that is asked for its options; null: the program itself is. */
  readonly subcommand: string | null
  readonly run: HelpRun
}

/** What was read of the script that a person has chosen last; kept over a visit to another screen. */
export const useScript = defineStore('script', () => {
  const preferences = usePreferences()
  const proposal = shallowRef<ScriptProposal | null>(null)
  /** Whether it is a copy that the browser has sent. */
  const isCopy = shallowRef(false)

  /** @param subcommand the one to start; null: the one that trains */
  async function read(path: string, subcommand: string | null = null): Promise<ScriptProposal> {
    return call('script.describe', {
      path,
      language: preferences.language,
      ...(subcommand === null ? {} : { subcommand }),
    })
  }

  /** The program that a person is asked about, before it prints its options; null: none is. */
  const question = shallowRef<HelpQuestion | null>(null)

  /** Asks about a program that is no Python script; nothing of it runs. */
  async function askAbout(
    path: string,
    isSentCopy: boolean,
    subcommand: string | null = null,
  ): Promise<void> {
    const named = subcommand === null ? {} : { subcommand }
    const run = await call('script.helpCode', { path, ...named })
    question.value = { path, isCopy: isSentCopy, subcommand, run }
  }

  /** Runs the program that was asked about, and reads its options from what it prints. */
  async function runHelp({ path, run, subcommand }: HelpQuestion): Promise<ScriptProposal> {
    const { fingerprint } = run.code
    const named = subcommand === null ? {} : { subcommand }
    return call('script.runHelp', { path, language: preferences.language, fingerprint, ...named })
  }

  /** Puts the launcher beside the script. */
  async function copyLauncher(): Promise<void> {
    if (proposal.value === null) return
    await call('script.copyLauncher', { path: pathOf(proposal.value) })
    const { launcher } = proposal.value
    proposal.value = { ...proposal.value, launcher: { ...launcher, isThere: true } }
  }

  /** The kit that was copied last. */
  const kit = shallowRef<(CopiedKit & { readonly name: KitName }) | null>(null)

  /** @param folder null: the host makes one */
  async function copyKit(name: KitName, folder: string | null): Promise<void> {
    kit.value = { name, ...(await call('script.copyKit', { kit: name, folder })) }
  }

  return { proposal, isCopy, question, kit, read, askAbout, runHelp, copyLauncher, copyKit }
})

/** As the machine that runs it writes paths. */
export function pathOf({ folder, script }: ScriptProposal): string {
  return below(folder, script.replace(/^\.\//, ''))
}

/** The path of an entry of a folder, as its machine writes paths. */
export function below(folder: string, name: string): string {
  const sign = folder.includes('\\') ? '\\' : '/'
  return `${folder.replace(/[\\/]$/, '')}${sign}${name}`
}
