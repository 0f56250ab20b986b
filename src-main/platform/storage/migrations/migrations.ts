import type { Migration } from './migration.ts'
import { migration0001 } from './v0001-first-schema.ts'
import { migration0002 } from './v0002-constraint-values.ts'
import { migration0003 } from './v0003-interventions.ts'
import { migration0004 } from './v0004-attempt-resources.ts'
import { migration0005 } from './v0005-checkpoints.ts'
import { migration0006 } from './v0006-datasets.ts'
import { migration0007 } from './v0007-facts.ts'
import { migration0008 } from './v0008-data-facts.ts'
import { migration0009 } from './v0009-relative-paths.ts'
import { migration0010 } from './v0010-null-json.ts'
import { migration0011 } from './v0011-optuna-storage.ts'
import { migration0012 } from './v0012-trial-files.ts'
import { migration0013 } from './v0013-attempt-machines.ts'
import { migration0014 } from './v0014-custom-charts.ts'

/** Every step there has ever been, in order. Released steps are never edited. */
export const migrations: readonly Migration[] = [
  ...[migration0001, migration0002, migration0003, migration0004, migration0005, migration0006],
  ...[migration0007, migration0008, migration0009, migration0010, migration0011, migration0012],
  ...[migration0013, migration0014],
]
