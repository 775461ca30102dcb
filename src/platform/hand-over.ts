/** A file that the headless runner has put into a hidden input. */
export interface HandedOver {
  /** In a folder it begins with the folder's name; a second one of that name is called `name (2)`. */
  readonly path: string;
  readonly file: File;
  /** Counts the files first, then the folders. */
  readonly input: number;
}

export interface HandOver {
  /** Makes so many inputs for a folder each: `#automation-folder-0` and so on. */
  folders(count: number): void;
  /** What lies in the inputs; empties them. */
  take(): readonly HandedOver[];
}

function hiddenInput(id: string): HTMLInputElement {
  const input = document.createElement('input');
  Object.assign(input, { type: 'file', multiple: true, hidden: true, id });
  document.body.append(input);
  return input;
}

/** Hidden inputs for files (`#automation-files`) and folders, which only a program fills. */
export function handOver(): HandOver {
  const files = hiddenInput('automation-files');
  let folders: readonly HTMLInputElement[] = [];
  return {
    folders(count) {
      for (const input of folders) input.remove();
      folders = Array.from({ length: count }, (_, at) => {
        const input = hiddenInput(`automation-folder-${at}`);
        input.webkitdirectory = true;
        return input;
      });
    },
    take() {
      const single = [...(files.files ?? [])].map((file) => [{ path: file.name, file }]);
      const whole = folders.map((input) =>
        [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })),
      );
      for (const input of [files, ...folders]) input.value = '';
      return placed([...single, ...whole]);
    },
  };
}

type Group = readonly { readonly path: string; readonly file: File }[];

function placed(groups: readonly Group[]): readonly HandedOver[] {
  const roots = new Map<string, number>();
  return groups.flatMap((group, input) => {
    const root = group[0]?.path.split('/')[0] ?? '';
    const times = (roots.get(root) ?? 0) + 1;
    roots.set(root, times);
    const rename = (path: string): string =>
      times === 1 ? path : `${root} (${times})${path.slice(root.length)}`;
    return group.map(({ path, file }) => ({ path: rename(path), file, input }));
  });
}
