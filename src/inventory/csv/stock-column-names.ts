import { plainText, rolesOf } from '../../panel/csv/csv-words.js';
import { findColumns } from '../../panel/csv/small-table.js';

/** Content of a column of a list of stock. */
export type StockColumn =
  | 'product'
  | 'location'
  | 'onHand'
  | 'onOrder'
  | 'leadTime'
  | 'serviceLevel'
  | 'minimumOrder'
  | 'packSize'
  | 'shelfLife'
  | 'price'
  | 'cost'
  | 'salvage';

const list = (names: string) => names.trim().split(/\s+/);

/** Names that lists of stock use, without case, marks and accents; see `csv-words.ts`. */
const OWN_NAMES: Readonly<Record<Exclude<StockColumn, 'product'>, readonly string[]>> = {
  location: list(
    'location store branch warehouse site shop lagerort filiale standort magasin entrepot tienda almacen negozio magazzino winkel',
  ),
  onHand: list(`
    onhand stock stockonhand inventory quantityonhand qtyonhand instockquantity stockquantity stockqty stocklevel available
    availablequantity currentstock onhandquantity quantity qty units lager lagerbestand bestand bestandsmenge verfugbar menge anzahl
    stockactuel enstock quantite disponible existencias cantidad stockactual giacenza disponibilita quantita voorraad aantal
  `),
  onOrder: list(`
    onorder quantityonorder qtyonorder incoming ordered openorders inbound bestellt offenebestellungen zulauf encommande
    encours pedido enpedido inordine inbestelling besteld
  `),
  leadTime: list(`
    leadtime leadtimedays deliverytime deliverydays supplierleadtime lieferzeit lieferzeittage wiederbeschaffungszeit delai
    delailivraison plazo plazoentrega tempoconsegna leadtimegiorni levertijd
  `),
  serviceLevel: list(
    'servicelevel service servicegrad tauxdeservice niveldeservicio livellodiservizio servicegraad',
  ),
  minimumOrder: list(`
    minimumorder minorder moq minimumorderquantity minorderqty mindestbestellmenge mindestmenge commandeminimum quantiteminimum
    pedidominimo ordineminimo minimaleafname
  `),
  packSize: list(`
    packsize pack casepack caseqty casesize unitspercase unitsperpack verpackungseinheit ve gebinde conditionnement colisage
    unidadesporcaja confezione verpakkingseenheid
  `),
  shelfLife: list(
    'shelflife shelflifedays haltbarkeit haltbarkeittage mhdtage dureedevie dlc vidautil caducidad durata houdbaarheid',
  ),
  cost: list(`
    cost unitcost costprice purchaseprice buyprice cogs einkaufspreis ekpreis ek einstandspreis prixdachat prixachat coutunitaire
    preciocompra coste costo prezzoacquisto inkoopprijs kostprijs
  `),
  salvage: list('salvage salvagevalue restwert valeurresiduelle valorresidual valoreresiduo restwaarde'),
  price: list('saleprice sellingprice retail'),
};

/** The columns of a list of stock that a name may stand for, the likeliest first. */
export function stockColumnsOf(title: string): readonly StockColumn[] {
  const plain = plainText(title);
  const own = (Object.entries(OWN_NAMES) as [StockColumn, readonly string[]][])
    .filter(([, names]) => names.includes(plain))
    .map(([column]) => column);
  const ofSales = rolesOf(title).flatMap(({ role }): StockColumn[] =>
    role === 'sku' || role === 'name' ? ['product'] : role === 'price' ? ['price'] : [],
  );
  return [...new Set([...own, ...ofSales])];
}

/** Positions of the columns of a header: the first one of each, ids of products before their names. */
export function findStockColumns(header: readonly string[]): ReadonlyMap<StockColumn, number> {
  return findColumns<StockColumn>(header, stockColumnsOf);
}
