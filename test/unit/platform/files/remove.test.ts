import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { removeWithin, removeWithinSync } from '../../../../src-main/platform/files/remove.ts'
import { canJoin } from '../../../helpers/can-link.ts'
import { canHoldFiles, holdFile } from '../../../helpers/hold-file.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'
import { swapForLink } from '../../../helpers/hostile/swap-for-link.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** A folder of ours beside one that is not. */
function folders(): { root: string; victim: string } {
  const base = scratch()
  const root = path.join(base, 'own')
  const victim = path.join(base, 'victim')
  for (const folder of [root, victim]) mkdirSync(folder)
  writeFileSync(path.join(victim, 'thesis'), 'years')
  return { root, victim }
}

function tree(folder: string): void {
  mkdirSync(path.join(folder, 'a/b'), { recursive: true })
  for (const name of ['one', 'a/two', 'a/b/three']) writeFileSync(path.join(folder, name), name)
}

describe('removing', () => {
  it('takes a file, a folder with everything in it, and what is not there', async () => {
    const { root } = folders()
    tree(path.join(root, 'x'))
    expect(removeWithinSync(root, path.join(root, 'x/one'))).toBe(true)
    expect(existsSync(path.join(root, 'x/one'))).toBe(false)
    expect(await removeWithin(root, path.join(root, 'x'))).toBe(true)
    expect(readdirSync(root)).toEqual([])
    expect(removeWithinSync(root, path.join(root, 'x/y'))).toBe(true)
    expect(removeWithinSync(path.join(root, 'gone'), path.join(root, 'gone/y'))).toBe(true)
  })

  it('refuses what does not lie within, whatever it is called', () => {
    const { root, victim } = folders()
    for (const target of [
      victim,
      root,
      path.dirname(root),
      `${root}/../victim`,
      `${root}/`,
      '/',
      '',
      `${root}/x/../../victim`,
      `${root}\0/x`,
      `${root}/x\0`,
      `${root}-artifacts`,
    ]) {
      expect(removeWithinSync(root, target)).toBe(false)
    }
    expect(readFileSync(path.join(victim, 'thesis'), 'utf8')).toBe('years')
    expect(existsSync(root)).toBe(true)
  })

  it.skipIf(isSkipped('links'))(
    'takes a link, not what it points to, and goes through none',
    () => {
      const { root, victim } = folders()
      tree(path.join(root, 'x'))
      symlinkSync(victim, path.join(root, 'x/a/link'))
      symlinkSync(victim, path.join(root, 'way'))
      expect(removeWithinSync(root, path.join(root, 'way/thesis'))).toBe(false)
      expect(removeWithinSync(root, path.join(root, 'x'))).toBe(true)
      expect(removeWithinSync(root, path.join(root, 'way'))).toBe(true)
      expect(readdirSync(root)).toEqual([])
      expect(readdirSync(victim)).toEqual(['thesis'])
    },
  )

  it.runIf(canJoin)('takes a junction of Windows, not what it points to', async () => {
    const { root, victim } = folders()
    tree(path.join(root, 'x'))
    symlinkSync(victim, path.join(root, 'x/a/joined'), 'junction')
    symlinkSync(victim, path.join(root, 'way'), 'junction')
    expect(removeWithinSync(root, path.join(root, 'way/thesis'))).toBe(false)
    expect(await removeWithin(root, path.join(root, 'x'))).toBe(true)
    expect(removeWithinSync(root, path.join(root, 'way'))).toBe(true)
    expect(readdirSync(root)).toEqual([])
    expect(readdirSync(victim)).toEqual(['thesis'])
  })

  it.runIf(canHoldFiles)(
    'waits for a file that another process holds, and not for ever',
    async () => {
      const { root } = folders()
      for (const name of ['soon', 'never']) tree(path.join(root, name))
      await holdFile(path.join(root, 'soon/a/b/three'), 300)
      expect(await removeWithin(root, path.join(root, 'soon'))).toBe(true)
      await holdFile(path.join(root, 'never/a/two'), 300)
      expect(removeWithinSync(root, path.join(root, 'never/a/two'))).toBe(true)
      const holder = await holdFile(path.join(root, 'never/a/b/three'))
      const began = performance.now()
      await expect(removeWithin(root, path.join(root, 'never'))).rejects.toHaveProperty(
        'code',
        'EBUSY',
      )
      // The folders around it are not tried as often again.
      expect(performance.now() - began).toBeLessThan(8_000)
      holder.kill()
      expect(await removeWithin(root, path.join(root, 'never'))).toBe(true)
      expect(readdirSync(root)).toEqual([])
    },
  )

  it.skipIf(isSkipped('links'))(
    'works where the folder itself is a link, as for a larger disk',
    () => {
      const { root } = folders()
      const link = `${root}-link`
      symlinkSync(root, link)
      tree(path.join(root, 'x'))
      expect(removeWithinSync(link, path.join(link, 'x'))).toBe(true)
      expect(readdirSync(root)).toEqual([])
    },
  )

  it.skipIf(isSkipped('bytes'))('takes names that are no text', () => {
    const { root } = folders()
    mkdirSync(path.join(root, 'x'))
    writeFileSync(
      Buffer.concat([Buffer.from(path.join(root, 'x/')), Buffer.from([0xff, 0xfe])]),
      '',
    )
    expect(removeWithinSync(root, path.join(root, 'x'))).toBe(true)
    expect(readdirSync(root)).toEqual([])
  })

  it.skipIf(isSkipped('links'))(
    'takes nothing of others while another process swaps folders for links',
    async () => {
      const { root, victim } = folders()
      for (let index = 0; index < 20; index++) tree(path.join(victim, String(index)))
      const before = readdirSync(victim, { recursive: true, encoding: 'utf8' }).sort()
      const swapped = path.join(root, 'x/a')
      const swapper = await swapForLink(swapped, victim)
      const until = Date.now() + 1_500
      let tries = 0
      for (; Date.now() < until; tries++) {
        try {
          tree(path.join(root, 'x', 'a'))
        } catch {
          // The swapper was in between.
        }
        try {
          removeWithinSync(root, path.join(root, tries % 2 === 0 ? 'x/a/a' : 'x'))
        } catch (error) {
          // The swapper never lets the folder become empty: that may be said, nothing else.
          expect(error).toHaveProperty(
            'code',
            expect.stringMatching(/^(ENOTEMPTY|EEXIST|ENOTDIR)$/),
          )
        }
      }
      await swapper.end()
      expect(tries).toBeGreaterThan(20)
      // The tree itself may have been written through a link; nothing that was there is gone.
      const after = new Set(readdirSync(victim, { recursive: true, encoding: 'utf8' }))
      expect(before.filter(name => !after.has(name))).toEqual([])
      expect(lstatSync(victim).isDirectory()).toBe(true)
    },
  )
})
