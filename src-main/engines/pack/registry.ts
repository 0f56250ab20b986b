import { byName } from '../../core/values/named-values.ts'
import { lightgbmPack } from '../boosting/lightgbm-pack.ts'
import { xgboostPack } from '../boosting/xgboost-pack.ts'
import { tensorflowPack } from '../tensorflow/tensorflow-pack.ts'
import type { PackDefinition } from './pack-definition.ts'

/** Every pack by its name. */
export const packs = byName<PackDefinition>([tensorflowPack, lightgbmPack, xgboostPack])
