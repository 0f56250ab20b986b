import type { FunctionalComponent } from 'vue'
import type { AppDescription } from '../../../src-main/features/application/common/methods.ts'

/** A panel of the settings, which a feature contributes; null where it has nothing to offer. */
export type SettingsPanel = FunctionalComponent<{ readonly about: AppDescription }>
