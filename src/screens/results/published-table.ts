import type { OpenRun } from '../../state/types.ts';
import { count } from '../../ui/format.ts';
import type { TableRow } from '../../ui/table-types.ts';
import { ROLE_WORDS } from '../shared/words.ts';

/** The models that a file of judged answers names, with how many answers each has in it. */
export function publishedModels({ run, rows }: Pick<OpenRun, 'run' | 'rows'>): TableRow[] {
  const answers = new Map<string, number>();
  for (const { model } of rows) answers.set(model, (answers.get(model) ?? 0) + 1);
  return run.spec.models.map(({ sha256, label, role }) => {
    const own = answers.get(sha256) ?? 0;
    return {
      key: sha256,
      cells: [{ text: label }, { text: ROLE_WORDS[role].name }, { text: count(own), value: own }],
    };
  });
}
