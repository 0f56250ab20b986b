import { describe, expect, it } from 'vitest'
import TrustDialog from '../../src-renderer/features/code-trust/TrustDialog.vue'
import { useTrust } from '../../src-renderer/stores/trust.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import PointText from '../../src-renderer/components/PointText.vue'
import { mountPart, settle, t } from './mount.ts'

describe('text of others on the page', () => {
  it('is shown with what would turn or hide it, in every component', () => {
    const part = mountPart(PointText, { props: { point: { 'a\u202Eb': 'x\u200By' } } })
    expect(part.text()).toContain('a<U+202E>b')
    expect(part.text()).toContain('x<U+200B>y')
  })

  it('also where a person is asked for trust, with what that does not cover', async () => {
    const part = mountPart(TrustDialog)
    useTrust().question = {
      code: {
        kind: 'command',
        shell: false,
        directory: '/d',
        fingerprint: '0',
        files: [{ path: '/d/a.py', sha256: '12' }],
        texts: [{ path: '/d/a.py', text: 'run(\u202E)' }],
        command: ['tool\u202E', 'a b'],
        environment: { LD_PRELOAD: '\u2066x' },
        programs: [{ name: 'tool', found: '/bin/tool', file: '/opt/tool' }],
        executor: ['--export=ALL,X=\u200B1'],
        notCovered: [msg('trust.uncovered.module', { name: 'm' })],
      },
      answer: () => undefined,
    }
    await settle()
    for (const text of [
      'run(<U+202E>)',
      '"tool<U+202E>" "a b"',
      '<U+2066>x',
      'tool → /bin/tool → /opt/tool',
      'X=<U+200B>1',
      t('trust.notCovered'),
      t('trust.uncovered.module', { name: 'm' }),
    ]) {
      expect(part.text()).toContain(text)
    }
  })
})
