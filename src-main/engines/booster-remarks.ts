import { boosterPackNames } from '../core/machine/engines/registry.ts'
import type { PassedOver } from '../core/machine/engine.ts'
import { deserializeError, errorMessage } from '../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { boostingOf } from '../training/tasks/tabular/boosting-settings.ts'
import { hasBooster } from './boosting/load-booster.ts'
import { checkEngine } from './check-engines.ts'
import { missing } from './load-boosters.ts'

/**
 * Remarks before a study begins: which packs are passed over for boosting trees, and why. Those that are installed are tried out in a
 * process of their own.
 */
export async function boosterRemarks(
  specification: Pick<StudySpecification, 'objective' | 'space'>,
): Promise<MessageDescriptor[]> {
  const { library = 'own' } = boostingOf(specification) ?? {}
  if (library === 'own') return []
  const names = library === 'auto' ? boosterPackNames : [library]
  const passedOver: PassedOver[] = []
  for (const name of names) {
    const isFirst = passedOver.length === 0
    if (!hasBooster(name)) {
      if (isFirst) passedOver.push(missing(name))
      continue
    }
    const check = await checkEngine(name)
    if (check.ok) return passedOver.map(passedEngine => passedOverMessage(passedEngine, name))
    passedOver.push({ engine: name, error: check.error })
  }
  return passedOver.map(passedEngine =>
    passedOverMessage(passedEngine, library === 'auto' ? 'tunewright' : 'none'),
  )
}

function passedOverMessage({ engine, error }: PassedOver, by: string): MessageDescriptor {
  return msg('boosting.passedOver', { engine, by, reason: errorMessage(deserializeError(error)) })
}
