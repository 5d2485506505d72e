import { plainText } from './csv-words.js';

/** Kind of a line by its type or status: a sale, a return whose units are subtracted, or neither. */
export type LineKind = 'sale' | 'return' | 'none';

const words = (text: string): readonly string[] => text.trim().split(/[\s,]+/);

/** Beginnings of words in a column of types, as plain text. */
const TYPE_WORDS: readonly (readonly [LineKind, readonly string[]])[] = [
  [
    'none',
    words(`
      servicefee fbainventoryfee fee shippingservices shippinglabel adjustment transfer payout deposit billpayment bill expense check
      journalentry purchase estimate quote quotation vendorcredit retrocharge orderretrocharge liquidationsadjustment tax discount tip
      chargebackfee subscription otherfee shipping postage handling versand envio frete livraison fraisdeport spedizione verzending rounding payment_only giftcard storecredit
      servicegebuhr gebuhr ubertrag auszahlung anpassung angebot lastschrift versandkosten
      transfert frais ajustement devis virement transferencia tarifa ajuste presupuesto trasferimento commissione rettifica preventivo
      overboeking kosten aanpassing offerte
    `),
  ],
  [
    'return',
    words(`
      refund return creditmemo creditnote credit reversal chargeback salescreditnote outrefund
      erstattung retoure ruckgabe ruckerstattung gutschrift storno rechnungskorrektur
      remboursement retour avoir noteredecredit notedecredit
      reembolso devolucion abono notadecredito
      devolucao estorno
      rimborso reso notadicredito notacredito accredito
      terugbetaling creditnota retouren retourzending
      aterbetalning retur zwrot korekta
    `),
  ],
  [
    'sale',
    words(`
      order sale sales payment charge invoice salesreceipt salesinvoice cashsale receipt item product line outinvoice shipment liquidations
      bestellung verkauf rechnung zahlung kauf bon beleg artikel
      commande vente facture paiement achat pedido venta factura pago compra ordine vendita fattura pagamento acquisto
      venda fatura pagamento compra encomenda
      bestelling verkoop factuur betaling kassabon salg salj sprzedaz
    `),
  ],
];

/** Beginnings of words in a column of states of orders, as plain text. */
const STATUS_WORDS: readonly (readonly [LineKind, readonly string[]])[] = [
  ['sale', words('partiallyrefunded partialrefund partiallypaid partiallyreturned teilweise')],
  [
    'none',
    words(`
      cancel cancelled canceled void voided failed fail refunded refund returned declined expired trash deleted draft abandoned
      pendingpayment checkoutdraft quotation quote quotationsent rejected denied uncaptured requirespaymentmethod fraud suspectedfraud
      storniert storno abgebrochen fehlgeschlagen erstattet abgelehnt entwurf angebot geloscht
      annule annulee echoue echouee rembourse remboursee brouillon devis refuse
      cancelado cancelada anulado anulada fallido fallida reembolsado reembolsada borrador presupuesto rechazado
      devolvido devolvida estornado reprovado rascunho orcamento
      annullato annullata fallito rimborsato rimborsata bozza preventivo rifiutato
      geannuleerd mislukt terugbetaald concept offerte geweigerd
    `),
  ],
  [
    'sale',
    words(`
      paid complete completed done processing shipped unshipped pending fulfilled unfulfilled delivered closed open authorized authorised
      awaiting approved succeeded success posted invoiced sale salesorder locked onhold parked layby active sent ready picked new confirmed
      bezahlt abgeschlossen versendet versandt verschickt geliefert erledigt bestatigt inbearbeitung offen bearbeitung ausstehend
      paye payee termine terminee expedie expediee livre livree encours enattente confirme
      pagado pagada completado completada enviado enviada entregado procesando pendiente confirmado
      pago paga concluido concluida entregue aprovado aprovada emprocessamento faturado verkaufsauftrag auftrag bondecommande pedidodeventa ordinedivendita
      pagato pagata completato completata spedito spedita consegnato inlavorazione inattesa confermato
      betaald voltooid afgerond verzonden geleverd inbehandeling bevestigd
    `),
  ],
];

/**
 * The kind of a line by a word in its column of types or states, in the common languages; `undefined` for a word that
 * is not known.
 */
export function kindOfWord(text: string, of: 'type' | 'status'): LineKind | undefined {
  const plain = plainText(text);
  if (plain === '') return 'sale';
  let best: LineKind | undefined;
  let length = 0;
  for (const [kind, names] of of === 'type' ? TYPE_WORDS : STATUS_WORDS) {
    for (const name of names) {
      // The longest beginning decides: `order retrocharge` is not an order.
      if (name.length > length && plain.startsWith(name)) {
        best = kind;
        length = name.length;
      }
    }
  }
  return best;
}

const TOTALS = words(`
  total totals grandtotal subtotal sum overall nettotal totalsales
  summe gesamt gesamtsumme zwischensumme endsumme insgesamt summen
  totalgeneral soustotal totaux sumatotal totalgenerale subtotale totale totali
  totaal subtotaal eindtotaal algemeentotaal totalt delsumma summa suma razem
`);
const EXACT_TOTALS = new Set(TOTALS);
const TOTAL_START =
  /^\s*(?:(?:grand |sub-?\s?|sous-|zwischen|gesamt|eind)?(?:total|totale|totaal|summe|totaux)\b|suma\b|summa\b|gesamt\b|insgesamt\b)/i;

/** Tells whether a cell is just a word for a total, such as `Total` and `Summe:`. */
export function isTotalWord(text: string): boolean {
  return text.length < 24 && EXACT_TOTALS.has(plainText(text));
}

/** Finds what is totalled, such as `Mug` in `Total for Mug`; `undefined` if no word for a total begins the cell. */
export function totalledName(text: string): string | undefined {
  if (isTotalWord(text)) return '';
  if (!TOTAL_START.test(text)) return undefined;
  return text
    .replace(TOTAL_START, '')
    .replace(/^\s*(?:for|f\u00fcr|pour|de|para|di|per|voor|von)\s+/i, '')
    .replace(/\s+with sub-\w+$/i, '')
    .replace(/^[\s:-]+|[\s:]+$/g, '');
}
