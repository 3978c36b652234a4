"""The three demo cities: invented, as their firms and departments are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What is bought: department and winners are numbers in the lists of the city."""

    title: str
    category: str
    department: int
    winners: tuple[int, ...]


@dataclass(frozen=True)
class City:
    """What differs from city to city."""

    slug: str
    prefix: str
    name: str
    currency: str
    scale: int
    email: str
    unit: str
    departments: tuple[str, ...]
    suppliers: tuple[str, ...]
    kinds: tuple[Kind, ...]


PUERTO_CLARO = City(
    slug="puerto-claro",
    prefix="ocds-zzpc01",
    name="Municipalidad de Puerto Claro",
    currency="CLP",
    scale=1_000_000,
    email="compras@puertoclaro.example",
    unit="Unidad de Compras Públicas",
    departments=(
        "Dirección de Obras",
        "Dirección de Aseo y Ornato",
        "Dirección de Salud",
        "Dirección de Educación",
        "Departamento de Informática",
        "Dirección de Tránsito",
    ),
    suppliers=(
        "Constructora Bahía Norte SpA",
        "Áridos y Caminos del Estuario Ltda.",
        "Servicios Verdes Claro SpA",
        "Farmacéutica La Gaviota Ltda.",
        "Suministros Médicos Austral SpA",
        "Redes y Equipos Faro Ltda.",
        "Cooperativa de Jardineras El Litre",
        "Transportes Costa Brava SpA",
        "Señalética Puerto Ltda.",
        "Buses del Estuario Ltda.",
        "Taller Eléctrico Dos Ríos Ltda.",
        "Ingeniería Marejada SpA",
        "Muebles Quillay Ltda.",
        "Carpintería Sur Ltda.",
    ),
    kinds=(
        Kind("Reparación de veredas", "works", 0, (0, 1, 11)),
        Kind("Mantención de áreas verdes", "services", 1, (2, 2, 2, 6)),
        Kind("Insumos para consultorios", "goods", 2, (4, 3)),
        Kind("Mobiliario para escuelas", "goods", 3, (12, 12, 12, 12, 13)),
        Kind("Equipos y redes", "goods", 4, (5,)),
        Kind("Demarcación vial", "works", 5, (8, 1)),
        Kind("Transporte escolar", "services", 3, (7, 7, 7, 9)),
        Kind("Alumbrado de plazas", "works", 0, (10, 11)),
    ),
)

RIO_VERDE = City(
    slug="rio-verde",
    prefix="ocds-zzrv01",
    name="Prefeitura de Rio Verde do Vale",
    currency="BRL",
    scale=10_000,
    email="licitacoes@rioverde.example",
    unit="Central de Licitações",
    departments=(
        "Secretaria de Obras",
        "Secretaria de Saúde",
        "Secretaria de Educação",
        "Secretaria de Meio Ambiente",
    ),
    suppliers=(
        "Construtora Serra Mansa Ltda.",
        "Papelaria Aurora Ltda.",
        "Cooperativa Horta Viva",
        "Distribuidora Médica do Vale Ltda.",
        "Pavimenta Vale Ltda.",
        "Farmácia Central do Vale Ltda.",
        "Papel Ipê Ltda.",
        "Reciclagem Três Pontes Ltda.",
        "Limpeza Clara Serviços Ltda.",
    ),
    kinds=(
        Kind("Recapeamento de ruas", "works", 0, (0, 0, 4)),
        Kind("Medicamentos básicos", "goods", 1, (3, 3, 3, 5)),
        Kind("Merenda escolar", "goods", 2, (2,)),
        Kind("Coleta seletiva", "services", 3, (8, 8, 7)),
        Kind("Material de expediente", "goods", 2, (1, 1, 1, 6)),
    ),
)

SPRINGFIELD_FALLS = City(
    slug="springfield-falls",
    prefix="ocds-zzsf01",
    name="City of Springfield Falls",
    currency="USD",
    scale=1_000,
    email="purchasing@springfieldfalls.example",
    unit="Purchasing Office",
    departments=("Public Works", "Parks and Recreation", "Fire Department", "Library"),
    suppliers=(
        "Falls Paving LLC",
        "Northside Tree Care Inc.",
        "Mill Street Office Supply",
        "Lakeview Mechanical LLC",
        "Granite County Fire Equipment",
        "Stillwater Asphalt Co.",
    ),
    kinds=(
        Kind("Street resurfacing", "works", 0, (0, 5)),
        Kind("Tree trimming", "services", 1, (1,)),
        Kind("Office furniture", "goods", 3, (2,)),
        Kind("Boiler replacement", "works", 0, (3,)),
        Kind("Turnout gear", "goods", 2, (4,)),
    ),
)
