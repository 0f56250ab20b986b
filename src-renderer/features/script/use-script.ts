import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ScriptProposal } from '../../../src-main/core/study/script-proposal.ts'
import type { CopiedKit, KitName } from '../../../src-main/features/script/common/kits.ts'
import { call } from '../../bridge/call.ts'
import { usePreferences } from '../../stores/preferences.ts'

/** What was read of the script that a person has chosen last; kept over a visit to another screen. */
export const useScript = defineStore('script', () => {
  const preferences = usePreferences()
  const proposal = shallowRef<ScriptProposal | null>(null)
  /** Whether it is a copy that the browser has sent. */
  const isCopy = shallowRef(false)

  async function read(path: string): Promise<ScriptProposal> {
    return call('script.describe', { path, language: preferences.language })
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

  return { proposal, isCopy, kit, read, copyLauncher, copyKit }
})

/** As the machine that runs it writes paths. */
export function pathOf({ folder, script }: ScriptProposal): string {
  return below(folder, script)
}

/** The path of an entry of a folder, as its machine writes paths. */
export function below(folder: string, name: string): string {
  const sign = folder.includes('\\') ? '\\' : '/'
  return `${folder.replace(/[\\/]$/, '')}${sign}${name}`
}
