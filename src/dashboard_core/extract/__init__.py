"""From a parsed article to its claims: attributions, speech blocks, speakers."""

from dashboard_core.extract.claims import AttributionFinder, Resolver, assemble_claims, extract_claims

__all__ = ["AttributionFinder", "Resolver", "assemble_claims", "extract_claims"]
