/** Packs of this village, and making one with one tap. */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, List, Row } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { joined } from '../parts/labels.js';
import { Opening, useReady } from '../parts/ready.js';
import { makePack } from './make.js';
import { left } from './waiting.js';
import './words.js';

export default function Handovers() {
  const ready = useReady('recent');
  const busy = useSignal(false);
  const make = async () => {
    if (busy.peek()) return;
    busy.value = true;
    try {
      const saved = await makePack();
      go(`/handover/${saved.id}`);
      offerUndo(t('handover.made'), () => store.undo(saved));
    } finally {
      busy.value = false;
    }
  };
  const me = store.account.value?.id;
  const packs = [...store.list('handover')].sort((a, b) => ((a.answers.made_on ?? '') < (b.answers.made_on ?? '') ? 1 : -1));
  const dock = html`<${Button} kind="main" icon="file" busy=${busy.value} onTap=${() => void make()}>${t(busy.value ? 'handover.busy' : 'handover.make')}<//>`;
  return html`<${Inner} title=${t('title.handover')} backTo="/me" dock=${dock}>
    <p class="quiet">${t('handover.what')}</p>
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${ready && !packs.length && html`<${Blank} title=${t('handover.none')} text=${t('handover.none.what')} />`}
    ${packs.length > 0 && html`<${List}>${packs.map((rec) => html`<${Row} key=${rec.id} icon="file" href=${`/handover/${rec.id}`}
      title=${rec.answers.to_name ? t('handover.to', { name: rec.answers.to_name }) : t('handover.of', { day: day(rec.answers.made_on) })}
      meta=${joined([store.name(rec.created_by), day(rec.answers.made_on), rec.created_by !== me && left(rec) ? t('handover.left', { n: left(rec) }) : ''], ' · ')} />`)}<//>`}
  <//>`;
}
